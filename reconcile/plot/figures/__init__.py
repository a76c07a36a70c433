"""One file a figure, named as its public function."""
