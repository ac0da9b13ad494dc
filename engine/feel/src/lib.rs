//! The FEEL expression language: lexer, parser, compiled program, evaluator.
