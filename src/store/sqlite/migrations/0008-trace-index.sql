-- One index instead of two: whether anything of a trace is final is found in the same place as its spans. Each is a random page a span.
DROP INDEX span_trace;
DROP INDEX span_final;
CREATE INDEX span_trace ON span (trace_id, final);
