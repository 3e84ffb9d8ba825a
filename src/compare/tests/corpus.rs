//! Real collections, where a folder of them is at hand (`UPHOLD_CORPUS`): nothing differs from itself.

use super::*;

#[test]
fn no_collection_and_no_saved_answer_differs_from_itself() {
    let Some(folder) = std::env::var_os("UPHOLD_CORPUS") else {
        println!("skipped: UPHOLD_CORPUS names no folder of collections");
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut examples, mut wrong) = (0, Vec::new());
    for path in files {
        let Ok(collection) = postman::collection(&path) else { continue };
        let comparison = collections(&collection, &collection, true).unwrap();
        wrong.extend(lines(&comparison).into_iter().map(|line| format!("{}: {line}", path.display())));
        for example in collection.items().iter().flat_map(|placed| &placed.item.examples) {
            examples += 1;
            let one = [Arc::clone(example)];
            for line in lines(&answers(&one, example, true).unwrap()) {
                wrong.push(format!("{}{}: {line}", path.display(), example.pointer));
            }
        }
    }
    println!("{examples} examples");
    assert!(examples > 9_000, "only {examples} examples: is this the right folder?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
