"""The WhatsApp Cloud API: what it sends, what it takes, what its errors mean. No tables, nothing of ours but core."""
