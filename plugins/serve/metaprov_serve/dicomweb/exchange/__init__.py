"""What a request names and accepts, and how an answer is sent."""
