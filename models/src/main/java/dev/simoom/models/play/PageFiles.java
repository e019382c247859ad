package dev.simoom.models.play;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The files of the page, by the path at which they are served. */
final class PageFiles {
  private static final List<String> SCRIPTS =
      List.of(
          "choice.js",
          "controls.js",
          "game.js",
          "main.js",
          "pad.js",
          "raster.js",
          "server.js",
          "stage.js",
          "starts.js",
          "toast.js");

  private PageFiles() {}

  static Map<String, Answer> load() {
    Map<String, Answer> files = new HashMap<>();
    files.put("/", answer("text/html", "page.html"));
    files.put("/style.css", answer("text/css", "style.css"));
    SCRIPTS.forEach(name -> files.put("/" + name, answer("text/javascript", name)));
    return Map.copyOf(files);
  }

  private static Answer answer(String type, String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The page's resource " + name + " is missing");
      }
      return Answer.of(type + "; charset=utf-8", in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
