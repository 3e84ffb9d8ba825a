//! The laws of inference over random groups of bodies; `cargo bench --bench infer` holds a million
//! of them.

#[path = "../../benches/support/groups.rs"]
pub(crate) mod groups;

#[test]
fn random_groups_keep_the_laws() {
    let wrong: Vec<String> = (0..1_500).filter_map(|seed| groups::hold(seed).err()).take(3).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
