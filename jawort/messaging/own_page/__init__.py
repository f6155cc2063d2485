"""The customer's own page: what is stored of them and their rights, behind a link in their chat and a code there."""
