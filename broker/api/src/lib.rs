//! What a gateway may ask of a broker.
