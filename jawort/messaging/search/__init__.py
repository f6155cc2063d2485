"""Search over recent messages: an index in the memory of one process a node, which answers ids and nothing else."""
