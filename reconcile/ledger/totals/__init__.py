"""Totals that fall though they can not: each fall, and the likeliest reason."""
