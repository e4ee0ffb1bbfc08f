//! Blanks out what a rule must not look at, and keeps every line where it is. A small lexer, not a parser: it knows
//! comments, strings, characters and regular expressions of the two languages, and is never wrong for more than a line
//! in the code that people write here.

/// The language of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Rust.
    Rust,
    /// JavaScript.
    JavaScript,
}

/// Two readings of the same text, character by character.
#[derive(Debug, Default)]
pub struct Texts {
    /// No comments, no content of strings.
    pub code: String,
    /// No comments.
    pub uncommented: String,
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    texts: Texts,
}

/// What the two texts make of a character.
#[derive(Clone, Copy)]
enum As {
    Code,
    Text,
    Comment,
}

/// Takes a file apart.
pub fn strip(raw: &str, language: Language) -> Texts {
    let mut lexer = Lexer { chars: raw.chars().collect(), at: 0, texts: Texts::default() };
    while let Some(char) = lexer.peek(0) {
        match (char, lexer.peek(1), language) {
            ('/', Some('/'), _) => lexer.line_comment(),
            ('/', Some('*'), _) => lexer.block_comment(language),
            ('"', ..) => lexer.quoted('"', language == Language::Rust),
            ('\'' | '`', _, Language::JavaScript) => lexer.quoted(char, char == '`'),
            ('/', _, Language::JavaScript) if lexer.regex_may_start() => lexer.regex(),
            ('r', Some('"' | '#'), Language::Rust) if !lexer.after_word() => lexer.raw_string(),
            ('\'', _, Language::Rust) => lexer.character(),
            _ => lexer.emit(1, As::Code),
        }
    }
    lexer.texts
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn emit(&mut self, count: usize, reading: As) {
        for _ in 0..count {
            let Some(char) = self.peek(0) else { return };
            self.at += 1;
            let blank = if char == '\n' { '\n' } else { ' ' };
            let (code, uncommented) = match reading {
                As::Code => (char, char),
                As::Text => (blank, char),
                As::Comment => (blank, blank),
            };
            self.texts.code.push(code);
            self.texts.uncommented.push(uncommented);
        }
    }

    fn after_word(&self) -> bool {
        self.texts.code.chars().next_back().is_some_and(|char| char.is_alphanumeric() || char == '_')
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|char| char != '\n') {
            self.emit(1, As::Comment);
        }
    }

    fn block_comment(&mut self, language: Language) {
        let mut depth = 0;
        while let Some(char) = self.peek(0) {
            match (char, self.peek(1)) {
                ('/', Some('*')) if depth == 0 || language == Language::Rust => {
                    depth += 1;
                    self.emit(2, As::Comment);
                }
                ('*', Some('/')) => {
                    depth -= 1;
                    self.emit(2, As::Comment);
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.emit(1, As::Comment),
            }
        }
    }

    /// Up to the same quote. A string that may not hold a line end stops there: then it was none.
    fn quoted(&mut self, quote: char, may_span_lines: bool) {
        self.emit(1, As::Code);
        while let Some(char) = self.peek(0) {
            match char {
                '\\' => self.emit(2, As::Text),
                '\n' if !may_span_lines => return,
                _ if char == quote => return self.emit(1, As::Code),
                _ => self.emit(1, As::Text),
            }
        }
    }

    fn raw_string(&mut self) {
        let hashes = (1..).take_while(|ahead| self.peek(*ahead) == Some('#')).count();
        if self.peek(hashes + 1) != Some('"') {
            // `r#word`, an identifier.
            return self.emit(1, As::Code);
        }
        self.emit(hashes + 2, As::Code);
        while let Some(char) = self.peek(0) {
            if char == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                return self.emit(hashes + 1, As::Code);
            }
            self.emit(1, As::Text);
        }
    }

    /// `'a'` and `'\n'` are characters, `'a` is a lifetime.
    fn character(&mut self) {
        if self.peek(1) == Some('\\') || self.peek(2) == Some('\'') {
            self.quoted('\'', false);
        } else {
            self.emit(1, As::Code);
        }
    }

    /// A slash divides after a value, and opens a regular expression after anything else.
    fn regex_may_start(&self) -> bool {
        let before = self.texts.code.trim_end();
        let word = before.rsplit(|char: char| !char.is_alphanumeric() && char != '_' && char != '$').next();
        match word {
            Some("return" | "typeof" | "case" | "in" | "of") => true,
            Some("") | None => !before.ends_with([')', ']', '"', '\'', '`']),
            Some(_) => false,
        }
    }

    fn regex(&mut self) {
        self.emit(1, As::Code);
        let mut in_class = false;
        while let Some(char) = self.peek(0) {
            match char {
                '\\' => self.emit(2, As::Text),
                '\n' => return,
                '/' if !in_class => return self.emit(1, As::Code),
                _ => {
                    in_class = (in_class || char == '[') && char != ']';
                    self.emit(1, As::Text);
                }
            }
        }
    }
}

/// Blanks the items under `#[cfg(test)]`: tests may panic and print as they like.
pub fn blank_tests(texts: &mut Texts) {
    const MARK: &str = "#[cfg(test)]";
    while let Some(start) = texts.code.find(MARK) {
        let from = texts.code.get(start + MARK.len()..).unwrap_or_default();
        let end = start + MARK.len() + item_length(from);
        // The two texts differ in bytes where a string holds other than ASCII, so count characters.
        let first = texts.code.get(..start).map_or(0, |head| head.chars().count());
        let count = texts.code.get(start..end).map_or(0, |item| item.chars().count());
        for text in [&mut texts.code, &mut texts.uncommented] {
            *text = text
                .chars()
                .enumerate()
                .map(|(at, char)| if at < first || at >= first + count || char == '\n' { char } else { ' ' })
                .collect();
        }
    }
}

/// Bytes up to the end of the next item: its closing brace, or a semicolon before any brace.
fn item_length(code: &str) -> usize {
    let mut depth = 0usize;
    for (at, char) in code.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust(raw: &str) -> Texts {
        strip(raw, Language::Rust)
    }

    fn javascript(raw: &str) -> Texts {
        strip(raw, Language::JavaScript)
    }

    #[test]
    fn rust_strings_and_comments() {
        let rows = [
            ("a // b\nc", "a     \nc", "line comment"),
            ("a /* b /* c */ d */ e", "a                   e", "comments nest"),
            (r#"f("a // b")"#, r#"f("      ")"#, "a slash in a string"),
            (r#"f("\"x")"#, r#"f("   ")"#, "an escaped quote"),
            (r##"r#"a"b"# x"##, r##"r#"   "# x"##, "raw string"),
            ("r#type x", "r#type x", "raw identifier"),
            ("'\"' x", "' ' x", "a quote as a character"),
            ("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)", "lifetimes"),
        ];
        for (raw, code, reason) in rows {
            assert_eq!(rust(raw).code, code, "{reason}");
        }
        assert_eq!(rust("f(\"a\") // b").uncommented, "f(\"a\")     ");
    }

    #[test]
    fn javascript_strings_comments_and_regular_expressions() {
        let rows = [
            ("a('b//c') // d", "a('    ')     ", "single quotes"),
            ("`a\n'b`.c", "` \n  `.c", "a template spans lines"),
            ("x = /[/'\"]/.test(y)", "x = /     /.test(y)", "quotes in a regular expression"),
            ("a / b / c", "a / b / c", "division"),
            ("(a) / 'x'", "(a) / ' '", "division after a bracket"),
            ("return /'/", "return / /", "after return"),
        ];
        for (raw, code, reason) in rows {
            assert_eq!(javascript(raw).code, code, "{reason}");
        }
    }

    #[test]
    fn tests_are_blanked_and_lines_stay() {
        let raw = "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn é() { \"}\"; x.unwrap() }\n}\nfn b() {}\n";
        let mut texts = rust(raw);
        blank_tests(&mut texts);
        assert_eq!(texts.code.lines().count(), raw.lines().count());
        assert!(!texts.code.contains("unwrap") && !texts.uncommented.contains("unwrap"));
        assert!(texts.code.ends_with("\nfn b() {}\n") && texts.uncommented.ends_with("\nfn b() {}\n"));
    }

    #[test]
    fn a_test_module_in_another_file_is_one_line() {
        let mut texts = rust("#[cfg(test)]\nmod tests;\nfn b() {}");
        blank_tests(&mut texts);
        assert_eq!(texts.code.trim(), "fn b() {}");
    }
}
