//! The options that are one of a few texts, each text beside the value that it chooses.

/// Defines an enum, and the text that chooses each variant. A variant's number is the place of its text.
macro_rules! choices {
    ($(#[$what:meta])* $name:ident { $($(#[$why:meta])* $variant:ident = $place:literal, $text:literal;)* }) => {
        $(#[$what])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$why])* $variant = $place,)* }

        impl $name {
            /// The texts, in the order of the variants.
            pub const TEXTS: &'static [&'static str] = &[$($text),*];

            /// Sets the variant whose text has this place.
            pub fn choose(&mut self, place: usize) {
                *self = match place {
                    $($place => Self::$variant,)*
                    _ => return,
                };
            }
        }
    };
}

choices! {
    /// `exporter`: what the endpoint speaks.
    Exporter {
        /// The RUM bundle.
        Rum = 0, "rum";
        /// OTLP/HTTP JSON, for a Collector.
        Otlp = 1, "otlp";
    }
}

/// A mini-program's package has no room for a second encoder.
pub const EXPORTERS: &[&str] = if cfg!(feature = "miniapp") { &["rum"] } else { Exporter::TEXTS };

choices! {
    /// `tracing.unsampled`: what a request that is not sampled carries.
    Unsampled {
        /// Headers that say that it is not sampled.
        Flag = 0, "flag";
        /// No headers.
        Omit = 1, "omit";
    }
}

choices! {
    /// `sessionConfig.storage`: where the session is kept. The host gets the variant's number.
    Storage {
        /// `localStorage`; where that fails, a cookie.
        Auto = 0, "auto";
        /// A cookie.
        Cookie = 1, "cookie";
        /// `localStorage`.
        LocalStorage = 2, "localStorage";
    }
}
