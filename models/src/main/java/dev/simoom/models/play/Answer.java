package dev.simoom.models.play;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What the server answers to a request. */
record Answer(int status, byte[] body, Map<String, String> headers) {
  private static final String TYPE = "Content-Type";

  /** The page may load what this server sends, and nothing else. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  static Answer of(String type, byte[] body) {
    return new Answer(200, body, Map.of(TYPE, type));
  }

  static Answer json(JsonNode value) {
    return of("application/json", value.toString().getBytes(StandardCharsets.UTF_8));
  }

  static Answer file(String type, byte[] body, String name) {
    String disposition = "attachment; filename=\"" + name + "\"";
    return new Answer(200, body, Map.of(TYPE, type, "Content-Disposition", disposition));
  }

  static Answer nothing() {
    return new Answer(204, new byte[0], Map.of());
  }

  /** One line for people. */
  static Answer line(int status, String message) {
    byte[] body = (message + "\n").getBytes(StandardCharsets.UTF_8);
    return new Answer(status, body, Map.of(TYPE, "text/plain; charset=utf-8"));
  }

  Answer with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Answer(status, body, more);
  }

  void send(HttpExchange exchange) throws IOException {
    Headers sent = exchange.getResponseHeaders();
    sent.set("Cache-Control", "no-store");
    sent.set("Content-Security-Policy", POLICY);
    sent.set("Cross-Origin-Resource-Policy", "same-origin");
    sent.set("Referrer-Policy", "no-referrer");
    sent.set("X-Content-Type-Options", "nosniff");
    headers.forEach(sent::set);
    boolean bare = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, bare ? -1 : body.length);
    if (!bare) {
      exchange.getResponseBody().write(body);
    }
  }
}
