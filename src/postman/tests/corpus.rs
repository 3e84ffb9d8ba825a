//! Real collections, from the folder named by `UPHOLD_CORPUS`; skipped visibly without it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use indexmap::IndexMap;

use super::base;
use crate::placeholder::Filler;
use crate::postman::read::{self, ReadError};
use crate::postman::{Changes, Collection, Resolver, Rewrites, Scope};

fn files() -> Option<Vec<PathBuf>> {
    let folder = std::env::var_os("UPHOLD_CORPUS")?;
    let mut files: Vec<PathBuf> =
        PathBuf::from(folder).read_dir().ok()?.flatten().map(|e| e.path()).collect();
    files.sort();
    Some(files)
}

fn forms(collection: &Collection) -> Vec<String> {
    let mut forms = Vec::new();
    for placed in collection.items() {
        forms.push(placed.item.request.url.host.clone());
        let requests = placed.item.examples.iter().filter_map(|example| example.request.as_ref());
        forms.extend(requests.map(|request| request.url.host.clone()));
    }
    forms
}

#[test]
fn every_example_can_be_sent_to_a_mock() {
    let Some(files) = files() else {
        eprintln!("skipped: UPHOLD_CORPUS names no folder of collections");
        return;
    };
    let (mut examples, mut live, mut refused) = (0, 0, BTreeMap::<String, usize>::new());
    for file in files {
        let collection = match read::collection(&file) {
            Ok(collection) => collection,
            Err(error @ ReadError::Io { .. }) => unreachable!("{error}"),
            Err(error) => {
                eprintln!("refused: {error}");
                continue;
            }
        };
        let mut scope = Scope::default();
        scope.push_variables(&collection.variables);
        let rule = base("http://127.0.0.1:9");
        let bases: IndexMap<_, _> = forms(&collection).into_iter().map(|form| (form, rule.clone())).collect();
        let mocked = scope.clone().with_stand_ins();
        let resolver = |scope, stand_ins| Resolver {
            scope,
            filler: Filler::new(1),
            files: PathBuf::from("."),
            bases: bases.clone(),
            rewrites: Rewrites::default(),
            stand_ins,
        };
        let (mock, api) = (resolver(&mocked, true), resolver(&scope, false));
        for placed in collection.items() {
            for example in &placed.item.examples {
                examples += 1;
                let made = mock.resolve(&placed, Some(example), &Changes::default());
                let request = match made {
                    Ok(made) => made.request,
                    Err(causes) => unreachable!("{} {}: {causes:?}", file.display(), example.pointer),
                };
                assert_eq!(request.origin, rule.origin);
                assert!(http::Uri::try_from(request.url()).is_ok(), "{}", request.url());
                match api.resolve(&placed, Some(example), &Changes::default()) {
                    Ok(_) => live += 1,
                    Err(causes) => {
                        let kind = format!("{:?}", causes.first());
                        let kind = kind.split([' ', '{']).next().unwrap_or_default().to_owned();
                        *refused.entry(kind).or_default() += 1;
                    }
                }
            }
        }
    }
    eprintln!("{examples} examples resolved with stand-ins; {live} without; first causes {refused:?}");
    assert!(examples > 0);
}
