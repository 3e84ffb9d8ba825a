//! Inference: a mergeable accumulator of everything seen at each place, and its finish as a
//! JSON Schema (draft 2020-12).
