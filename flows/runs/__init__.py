"""What Prefect runs: the flow that drains the queue, the smaller ones beside it, and what they show an operator."""
