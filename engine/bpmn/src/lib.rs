//! BPMN 2.0 XML to validated, executable process graphs.
