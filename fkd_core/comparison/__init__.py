"""Two runs or more side by side on faces that none of them was trained on."""
