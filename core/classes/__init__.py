"""A class: what a teacher asks of pupils, which runs count, and the board. Knows no screen and no table."""
