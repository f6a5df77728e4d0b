"""Tables of digits as text: how they are written, which column is which, what they hold, what is wrong."""
