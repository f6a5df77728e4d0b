"""Values in, Plotly figures out. Knows neither the store nor the screen."""
