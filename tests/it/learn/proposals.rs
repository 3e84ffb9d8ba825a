//! Files that people edited or wrote, and what is proposed beside them.

use std::fs;

use serde_json::json;

use super::{COLLECTION, ORDER, PROPOSAL, collection, edit, files, learned, names, read, shop};
use crate::support::{run, uphold};

#[test]
fn an_edited_file_is_never_touched_and_proposals_are_answered() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    assert_eq!(learned(folder.path(), &[]).code, 0);
    edit(folder.path(), ORDER, |document| document["properties"]["id"]["minimum"] = json!(1));
    let mine = fs::read(folder.path().join(ORDER)).unwrap();
    let ran = learned(folder.path(), &[]);
    assert!(ran.code == 0 && ran.stdout.starts_with(&format!("kept      {ORDER}  (edited)\n")), "{ran:?}");
    assert_eq!(learned(folder.path(), &["--check"]).code, 0);

    let with_name = collection("GET", &[("OK", Some(200), r#"{"id": 1, "name": "x"}"#)]);
    fs::write(folder.path().join(COLLECTION), &with_name).unwrap();
    let lint = run(uphold(folder.path()).arg("lint")).stdout;
    assert!(lint.contains("`uphold learn` writes a proposal beside it"), "{lint}");
    let check = learned(folder.path(), &["--check"]);
    assert!(check.code == 1 && check.stdout.contains(&format!("would propose {PROPOSAL}\n")), "{check:?}");
    assert!(check.stdout.contains(": 1 would be proposed, 1 kept, 0 unchanged\n"), "{check:?}");
    let ran = learned(folder.path(), &[]);
    assert!(ran.stdout.contains(&format!("proposed  {PROPOSAL}\n")), "{ran:?}");
    assert!(ran.stdout.contains("copy its `x-uphold` into the file"), "{ran:?}");
    assert_eq!(fs::read(folder.path().join(ORDER)).unwrap(), mine);
    assert_eq!(read(folder.path(), PROPOSAL)["required"], json!(["id", "name"]));
    let before = files(folder.path());
    assert_eq!(learned(folder.path(), &["--check"]).code, 0, "a proposal that waits is no change");
    assert_eq!(learned(folder.path(), &[]).code, 0);
    assert_eq!(files(folder.path()), before);
    let lint = run(uphold(folder.path()).arg("lint")).stdout;
    assert!(lint.contains("200.proposed.json waits beside it"), "{lint}");

    // Seen, and not taken.
    let mark = read(folder.path(), PROPOSAL)["x-uphold"].clone();
    edit(folder.path(), ORDER, |document| document["x-uphold"] = mark);
    let ran = learned(folder.path(), &[]);
    assert!(
        ran.stdout.contains(&format!("removed   {PROPOSAL}  (the proposal has become pointless)")),
        "{ran:?}"
    );
    assert_eq!(names(folder.path()), [ORDER]);
    let lint = run(uphold(folder.path()).arg("lint")).stdout;
    assert!(!lint.contains("schemas/"), "{lint}");

    // Taken: then it is a learned file again.
    fs::write(folder.path().join(COLLECTION), collection("GET", &[("OK", Some(200), "[]")])).unwrap();
    assert_eq!(learned(folder.path(), &[]).code, 0);
    fs::rename(folder.path().join(PROPOSAL), folder.path().join(ORDER)).unwrap();
    let ran = learned(folder.path(), &[]);
    assert_eq!(ran.stdout, "schemas/shop: 1 unchanged\n");

    // An edited file without examples stays, and is named.
    edit(folder.path(), ORDER, |document| document["maxItems"] = json!(7));
    fs::write(folder.path().join(COLLECTION), collection("GET", &[])).unwrap();
    let ran = learned(folder.path(), &[]);
    assert!(ran.stdout.contains("(edited, but no example for it any more)"), "{ran:?}");
    assert_eq!(names(folder.path()), [ORDER]);
    let lint = run(uphold(folder.path()).arg("lint")).stdout;
    assert!(lint.contains("no example is left that it could hold for"), "{lint}");
}

#[test]
fn a_strict_proposal_stays_strict() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    assert_eq!(learned(folder.path(), &[]).code, 0);
    edit(folder.path(), ORDER, |document| document["properties"]["id"]["minimum"] = json!(1));
    let ran = learned(folder.path(), &["--strict"]);
    assert!(ran.stdout.contains(&format!("proposed  {PROPOSAL}\n")), "{ran:?}");
    let before = files(folder.path());
    let check = learned(folder.path(), &["--check"]);
    assert_eq!(check.code, 0, "{check:?}");
    assert_eq!(learned(folder.path(), &[]).code, 0);
    assert_eq!(files(folder.path()), before);
    assert_eq!(read(folder.path(), PROPOSAL)["additionalProperties"], json!(false));

    // Seen, and not taken: the mark says how the next one is made, too.
    let mark = read(folder.path(), PROPOSAL)["x-uphold"].clone();
    edit(folder.path(), ORDER, |document| document["x-uphold"] = mark);
    assert_eq!(learned(folder.path(), &[]).code, 0);
    assert_eq!(names(folder.path()), [ORDER]);
    assert_eq!(learned(folder.path(), &["--check"]).code, 0);
}

#[test]
fn a_hand_written_file_gets_a_proposal_unless_it_says_the_same() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    let own = json!({"type": "object", "required": ["id"]});
    fs::create_dir_all(folder.path().join(ORDER).parent().unwrap()).unwrap();
    fs::write(folder.path().join(ORDER), own.to_string()).unwrap();
    assert_eq!(run(uphold(folder.path()).arg("lint")).stdout, "0 lints\n");
    assert_eq!(learned(folder.path(), &[]).code, 0);
    assert_eq!(names(folder.path()), [PROPOSAL, ORDER]);
    let mut same = read(folder.path(), PROPOSAL);
    same.as_object_mut().unwrap().remove("x-uphold");
    fs::write(folder.path().join(ORDER), same.to_string()).unwrap();
    assert!(learned(folder.path(), &[]).stdout.contains("removed "));
    assert_eq!(names(folder.path()), [ORDER]);
    // What is no proposal of ours stays.
    fs::write(folder.path().join("schemas/shop/notes.proposed.json"), "{}").unwrap();
    fs::write(folder.path().join(PROPOSAL), "mine").unwrap();
    let kept = learned(folder.path(), &[]).stdout;
    assert!(kept.starts_with(&format!("kept      {PROPOSAL}  (edited")), "{kept}");
    assert_eq!(fs::read_to_string(folder.path().join(PROPOSAL)).unwrap(), "mine");
}

#[test]
fn a_proposal_that_a_person_edited_or_wrote_is_kept_and_said() {
    let folder = shop(&[("OK", Some(200), r#"{"id": 1}"#)]);
    let by_hand = r#"{"type": "object"}"#;
    fs::create_dir_all(folder.path().join(ORDER).parent().unwrap()).unwrap();
    fs::write(folder.path().join(ORDER), by_hand).unwrap();
    assert!(learned(folder.path(), &[]).stdout.contains(&format!("proposed  {PROPOSAL}\n")));
    let proposed = fs::read_to_string(folder.path().join(PROPOSAL)).unwrap();
    let edited = proposed.replace("integer", "number");
    for text in [&edited, by_hand, "{ half"] {
        fs::write(folder.path().join(PROPOSAL), text).unwrap();
        for args in [&[] as &[&str], &["--check"], &["--strict"]] {
            let ran = learned(folder.path(), args);
            assert!(ran.code == 0 && ran.stdout.contains(&format!(" {PROPOSAL}  (edited")), "{ran:?}");
        }
        // Pointless, or of a group that is gone: it still is a person's.
        fs::rename(folder.path().join(ORDER), folder.path().join("aside")).unwrap();
        let ran = learned(folder.path(), &[]);
        assert!(ran.stdout.contains(&format!(" {PROPOSAL}  (edited")), "{ran:?}");
        assert_eq!(fs::read_to_string(folder.path().join(PROPOSAL)).unwrap(), *text);
        fs::rename(folder.path().join("aside"), folder.path().join(ORDER)).unwrap();
    }
    fs::write(folder.path().join(COLLECTION), collection("GET", &[("Gone", Some(404), "{}")])).unwrap();
    let ran = learned(folder.path(), &[]);
    assert!(ran.stdout.contains(&format!(" {PROPOSAL}  (edited")), "{ran:?}");
    assert_eq!(fs::read_to_string(folder.path().join(PROPOSAL)).unwrap(), "{ half");
    fs::write(folder.path().join(PROPOSAL), proposed).unwrap();
    assert!(learned(folder.path(), &[]).stdout.contains(&format!("removed   {PROPOSAL}")));
}
