"""What is bought, when it runs out, what goes with it, what is in it. No advice is paid for."""
