package dev.simoom.models.play;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request that an endpoint answers.
 *
 * @param name the part of the path that names a game or a frame, or nothing
 */
record Request(HttpExchange exchange, String name) {
  private static final int BAD = 400;
  private static final int TOO_LARGE = 413;
  private static final int JSON_BYTES = 1 << 12;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  boolean isJson() {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    return type != null && type.startsWith("application/json");
  }

  /**
   * The body.
   *
   * @throws Refusal if it has more bytes
   */
  byte[] body(int maxBytes) throws Refusal, IOException {
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(maxBytes + 1);
    if (body.length > maxBytes) {
      // Most clients read the answer only once all is sent: hear them out, if they come to an end.
      in.skip(8L * maxBytes);
      String size = maxBytes >= 1 << 20 ? (maxBytes >> 20) + " MiB" : (maxBytes >> 10) + " KiB";
      throw new Refusal(TOO_LARGE, "That is more than the " + size + " that may be sent");
    }
    return body;
  }

  /** A whole number in the body, which is a JSON object. */
  int number(String key) throws Refusal, IOException {
    try {
      JsonNode value = MAPPER.readTree(body(JSON_BYTES)).path(key);
      if (value.isInt()) {
        return value.intValue();
      }
    } catch (JsonProcessingException e) {
      throw new Refusal(BAD, "The request is no JSON");
    }
    throw new Refusal(BAD, "The request needs a whole number '" + key + "'");
  }

  /** The number in the path. */
  int number() {
    return Integer.parseInt(name);
  }
}
