//! Which element is shown in which situation, and why some cannot be.
