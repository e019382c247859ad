package dev.simoom.models.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The encoding as the papers tell it, on strings. */
final class Textbook {
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<String, Integer> ranks = new HashMap<>();
  private final List<String> added = new ArrayList<>();
  private final boolean whole;
  private final boolean composes;
  private final PublishedPattern pattern;
  private final String separator;

  Textbook(ObjectNode json, PublishedPattern pattern) {
    this.pattern = pattern;
    json.at("/model/vocab").properties().forEach(e -> ids.put(e.getKey(), e.getValue().intValue()));
    for (JsonNode merge : json.at("/model/merges")) {
      ranks.put(
          merge.isArray() ? merge.get(0).asText() + " " + merge.get(1).asText() : merge.asText(),
          ranks.size());
    }
    for (JsonNode token : json.get("added_tokens")) {
      added.add(token.get("content").asText());
      ids.put(token.get("content").asText(), token.get("id").intValue());
    }
    whole = json.at("/model/ignore_merges").asBoolean(false);
    composes = json.get("normalizer").isObject();
    separator = added.getFirst();
  }

  String[] added() {
    return added.toArray(String[]::new);
  }

  int[] encode(String text) {
    IntList found = new IntList(8);
    for (String part : parts(text)) {
      if (added.contains(part)) {
        found.add(ids.get(part));
      } else {
        merge(composed(part).getBytes(UTF_8), found);
      }
    }
    return found.toArray();
  }

  String decoded(String text) {
    StringBuilder decoded = new StringBuilder();
    for (String part : parts(text)) {
      decoded.append(part.equals(separator) ? "" : added.contains(part) ? part : composed(part));
    }
    return decoded.toString();
  }

  private String composed(String part) {
    return composes ? Normalizer.normalize(part, Normalizer.Form.NFC) : part;
  }

  /** The text between added tokens, and these. */
  private List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = 0; at < text.length(); at++) {
      for (String token : added) {
        if (text.startsWith(token, at)) {
          parts.add(text.substring(from, at));
          parts.add(token);
          from = at + token.length();
          at = from - 1;
          break;
        }
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private void merge(byte[] text, IntList found) {
    for (int at = 0; at < text.length; ) {
      int end = pattern.end(text, at);
      List<String> symbols = new ArrayList<>();
      for (; at < end; at++) {
        symbols.add(ByteAlphabet.text(new byte[] {text[at]}));
      }
      String piece = String.join("", symbols);
      if (whole && ids.containsKey(piece)) {
        symbols = List.of(piece);
      } else {
        mergeAll(symbols);
      }
      symbols.forEach(symbol -> found.add(ids.get(symbol)));
    }
  }

  private void mergeAll(List<String> symbols) {
    while (true) {
      int best = -1;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        if (rank(symbols, i) < (best < 0 ? Integer.MAX_VALUE : rank(symbols, best))) {
          best = i;
        }
      }
      if (best < 0) {
        return;
      }
      symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
    }
  }

  private int rank(List<String> symbols, int at) {
    return ranks.getOrDefault(symbols.get(at) + " " + symbols.get(at + 1), Integer.MAX_VALUE);
  }
}
