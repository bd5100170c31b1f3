"""Studies, series and instances that match a query (QIDO-RS)."""
