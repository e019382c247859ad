package dev.simoom.bench.suite;

/** Text in HTML. */
final class Html {
  private Html() {}

  /** Text with the characters that mean something in HTML written as entities. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Text as an item of a list. */
  static String item(String text) {
    return "<li>" + escape(text) + "</li>\n";
  }
}
