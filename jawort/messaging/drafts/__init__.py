"""What somebody is writing, kept on the server: its author finds it elsewhere, and whoever stands in finds it."""
