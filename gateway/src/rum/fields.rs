//! Reading an object of a bundle field by field.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::loose::{Key, Loose, Reason};
use crate::report::Report;

/// An object whose fields are set one by one.
pub trait Fields {
    /// Names of the fields that are objects themselves.
    const OBJECTS: &'static [&'static str] = &[];

    /// Sets a field; unknown ones are skipped. `Err` says why the value is left out.
    fn set(&mut self, key: &str, value: Loose) -> Result<(), Reason>;

    /// Sets a field of [`Self::OBJECTS`] from its JSON.
    fn set_object(&mut self, _key: &str, _json: &RawValue, _path: &str, _report: &mut Report) {}
}

/// Reads an object from its JSON; `null` leaves everything as it is. What is left out is noted under `path`.
pub fn read<T: Fields + Default>(json: &RawValue, path: &str, report: &mut Report) -> Result<T, serde_json::Error> {
    let mut object = T::default();
    let mut reader = serde_json::Deserializer::from_str(json.get());
    Reader { object: &mut object, path, report }.deserialize(&mut reader)?;
    Ok(object)
}

/// Reads what may be missing: where it is no object, that is noted.
pub fn optional<T: Fields + Default>(json: &RawValue, path: &str, report: &mut Report) -> T {
    if json.get() == "null" {
        return T::default();
    }
    read(json, path, report).unwrap_or_else(|_| {
        report.add(path, "must be an object");
        T::default()
    })
}

struct Reader<'a, T> {
    object: &'a mut T,
    path: &'a str,
    report: &'a mut Report,
}

impl<'de, T: Fields> DeserializeSeed<'de> for Reader<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Fields> Visitor<'de> for Reader<'_, T> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let place = |key: &str| if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        while let Some(Key(key)) = map.next_key()? {
            if T::OBJECTS.contains(&&*key) {
                let json = map.next_value::<&RawValue>()?;
                self.object.set_object(&key, json, &place(&key), self.report);
            } else if let Err(reason) = self.object.set(&key, map.next_value()?) {
                self.report.add(&place(&key), reason);
            }
        }
        Ok(())
    }
}
