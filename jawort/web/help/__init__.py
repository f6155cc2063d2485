"""Help inside the desk: what a page is for, in three short sections, a topic each."""
