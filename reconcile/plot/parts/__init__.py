"""What figures are made of: axes, marks, labels, colours, words."""
