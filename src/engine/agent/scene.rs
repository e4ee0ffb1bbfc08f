//! The scene of an event: the session that all tabs of an origin share, the user, the view that is shown.

use std::rc::Rc;

use super::Agent;
use crate::engine::clock::Millis;
use crate::engine::context::{Lifetime, Scene, Session, View, is_user, write_user};
use crate::engine::ids::Entropy;
use crate::engine::sampling::session_fraction;
use crate::engine::text::{Out, cut, until};
use crate::engine::url;

/// Longest name of a view that is taken from the application, in bytes.
const MAX_NAME: usize = 1000;

impl Agent {
    /// The present scene, to be changed. Requests that have begun keep the scene in which they began.
    #[inline(never)]
    pub(super) fn scene(&mut self) -> &mut Scene {
        Rc::make_mut(&mut self.context.scene)
    }

    /// The session at the moment `date`. `stored` is the stored session, perhaps another tab's: all tabs share one session.
    /// `active`: the user did something, or the visible page made a request. If another session must be stored instead, it is
    /// written to `out`. Returns the last moment of the session.
    pub fn handle_session(&mut self, stored: &str, date: Millis, active: bool, out: &mut Out) -> Millis {
        let config = &self.config.session;
        let lifetime = Lifetime { max_duration: config.max_duration, overtime: config.overtime };
        let rate = config.sample_rate;
        out.clear();
        let mut session = Session::parse(stored).unwrap_or_default();
        let alive = session.is_alive(date, &lifetime) && !session.id.is_empty();
        if !alive {
            session = Session { id: self.entropy.hex::<16>(), sampled: false, start: date, last: date };
            session.sampled = rate >= 1.0 || session_fraction(session.id.as_str()) < rate;
        }
        if active {
            session.last = date;
        }
        if active || !alive {
            session.write(out);
        }
        let until = session.until(&lifetime);
        if self.context.scene.session != session.id {
            let scene = self.scene();
            scene.session = session.id;
            scene.sampled = session.sampled;
        }
        until
    }

    /// Takes the stored user, or makes a new one, which is also written to `out`, to be stored.
    pub fn handle_user(&mut self, stored: &str, out: &mut Out) {
        out.clear();
        self.context.user.clear();
        if is_user(stored) {
            self.context.user.str(stored);
        } else {
            write_user(&mut self.context.user, &self.entropy.draw());
            out.out(&self.context.user);
        }
    }

    /// The page shows the view at `href`. `name`: the application's name for it, empty if it has none. A view begins when the
    /// name changes.
    pub fn handle_view(&mut self, href: &str, name: &str) {
        let mut own = Out::default();
        let name = if name.is_empty() || name.len() > MAX_NAME {
            view_name(&mut own, href);
            own.as_str()
        } else {
            name
        };
        if self.context.scene.view.name != name {
            let id = self.entropy.hex::<16>();
            self.scene().view = View { id, name: name.to_owned() };
        }
    }
}

/// The path, with the route after `#/` or `#!/`. Any other fragment is left out, because it may be a token.
fn view_name(out: &mut Out, href: &str) {
    let path = url::split(href).path;
    out.str(until(path, b";").0);
    let route = cut(href, b'#').1.unwrap_or("");
    if route.starts_with('/') || route.starts_with("!/") {
        out.ascii(b'#');
        out.str(until(route, b"?;&#=").0);
    }
}

/// The scene until the session and the user are read from storage.
pub(super) fn first(entropy: &mut Entropy, href: &str) -> Rc<Scene> {
    let mut name = Out::default();
    view_name(&mut name, href);
    let view = View { id: entropy.hex::<16>(), name: name.as_str().to_owned() };
    Rc::new(Scene { session: entropy.hex::<16>(), sampled: true, view })
}
