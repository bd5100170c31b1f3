"""Who does tasks: this process, others beside it, or those of a Dask cluster."""
