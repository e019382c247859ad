package dev.simoom.models.play;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Sends sensible requests and damaged ones, the same for the same seed. */
final class RandomRequests {
  private static final List<String> METHODS = List.of("GET", "POST", "DELETE", "PUT", "HEAD");

  /** A sensible request: the method, what follows the game in the path, the body. */
  private record Sample(String method, String end, String body) {}

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample("POST", "/step", "{\"action\":2}"),
          new Sample("POST", "/step", "{\"action\":5}"),
          new Sample("POST", "/undo", "{\"steps\":1}"),
          new Sample("GET", "/gif", ""),
          new Sample("GET", "", ""),
          new Sample("DELETE", "", ""));

  private final Random random;
  private final List<String> games = new ArrayList<>(List.of("0123456789abcdef"));

  RandomRequests(long seed) {
    random = new Random(seed);
  }

  /** Sends one, and says whether it was granted; none may end in an error of the server's. */
  boolean next(Client client) throws Exception {
    HttpResponse<byte[]> response = send(client);
    assertThat(response.statusCode()).as(Client.text(response)).isBetween(200, 499);
    return response.statusCode() < 300;
  }

  private HttpResponse<byte[]> send(Client client) throws Exception {
    boolean starts = random.nextInt(4) == 0;
    Sample sample = starts ? new Sample("POST", "", "{\"start\":3}") : any(SAMPLES);
    String path = "/api/games" + (starts ? "" : "/" + any(games) + sample.end());
    String method = random.nextInt(6) == 0 ? any(METHODS) : sample.method();
    String target = random.nextInt(6) == 0 ? "/" + mutated(path).substring(1) : path;
    String body = random.nextInt(6) == 0 ? mutated(sample.body()) : sample.body();
    String type = random.nextInt(8) == 0 ? "image/png" : "application/json";
    HttpResponse<byte[]> response =
        client.send(
            method,
            target.replaceAll("[{}]", "/"),
            body.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            type);
    if (starts && target.equals(path) && response.statusCode() == 200) {
      remember(Client.json(response).path("game").asText());
    }
    return response;
  }

  private void remember(String game) {
    games.add(game);
    if (games.size() > Games.LIMIT + 2) {
      games.removeFirst();
    }
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Some characters replaced by others that may be in an address. */
  private String mutated(String text) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
      changed.setCharAt(random.nextInt(text.length()), "09af./-{}?".charAt(random.nextInt(10)));
    }
    return changed.toString();
  }
}
