"""Files of messages, in and out: sealed chunk by chunk as they stream, judged by what they hold, fetched, shown."""
