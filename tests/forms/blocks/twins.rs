//! The blocking versions beside the methods of a block, in the forms that are hard to call.

use std::{borrow::Cow, fmt::Display, path::Path, sync::Arc};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[derive(Clone)]
struct Host(String);

#[offload(blocking = _now)]
impl Host {
    fn own(mut self, other: Cow<'_, str>) -> Self {
        elsewhere();
        self.0.push_str(&other);
        self
    }

    fn shared(self: Arc<Self>, paths: impl AsRef<Path>) -> bool {
        elsewhere();
        self.0.len() == paths.as_ref().as_os_str().len()
    }

    fn generic<T: Display, const N: usize>(&self, items: [T; N], _unused: u8) -> String {
        elsewhere();
        items
            .iter()
            .fold(self.0.clone(), |text, item| format!("{text}{item}"))
    }

    fn chosen(&self, #[cfg(not(any()))] there: u8, #[cfg(any())] missing: Missing) -> u8 {
        elsewhere();
        there
    }

    fn opaque(&self, more: &str) -> impl Iterator<Item = char> {
        elsewhere();
        let text = self.0.clone() + more;
        text.chars().collect::<Vec<_>>().into_iter()
    }
}

#[test]
fn blocking_and_asynchronous_methods_return_the_same() {
    let host = Host("ab".into());
    assert_eq!(
        call(host.clone().own("c".into())).0,
        host.clone().own_now("c".into()).0
    );
    assert!(call(Arc::new(host.clone()).shared("xy")) && Arc::new(host.clone()).shared_now("xy"));
    assert_eq!(call(host.generic([1, 2], 0)), host.generic_now([1, 2], 0));
    assert_eq!(call(host.chosen(3)), host.chosen_now(3));
    let made: String = call(host.opaque("z")).collect();
    assert_eq!(made, host.opaque_now("z").collect::<String>());
}
