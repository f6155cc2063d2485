"""The commands, the supervisor of processes and the supervisor of PostgreSQL."""
