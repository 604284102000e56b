"""Overview: what is in the data, as pictures that lead to the faces behind them."""
