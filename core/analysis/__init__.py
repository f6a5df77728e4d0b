"""From predictions to what people read: confusion, report, top errors, intervals."""
