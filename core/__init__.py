"""Everything that makes sense without a screen: data, networks, training, saved runs, analysis, figures."""
