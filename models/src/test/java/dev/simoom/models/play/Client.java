package dev.simoom.models.play;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Talks to a server as the page does. */
record Client(HttpClient http, URI address) implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Client of(PlayServer server) {
    return new Client(HttpClient.newHttpClient(), server.address());
  }

  HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address.getAuthority() + path))
            .method(method, BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, new byte[0], headers);
  }

  HttpResponse<byte[]> post(String path, String json) throws IOException, InterruptedException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return send("POST", path, body, "Content-Type", "application/json");
  }

  JsonNode start(int index) throws IOException, InterruptedException {
    return json(post("/api/games", "{\"start\":" + index + "}"));
  }

  JsonNode step(String game, int action) throws IOException, InterruptedException {
    return json(post("/api/games/" + game + "/step", "{\"action\":" + action + "}"));
  }

  JsonNode undo(String game, int steps) throws IOException, InterruptedException {
    return json(post("/api/games/" + game + "/undo", "{\"steps\":" + steps + "}"));
  }

  static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException(response.statusCode() + " " + text(response));
    }
    return MAPPER.readTree(response.body());
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /** The pixels of the last frame in an answer. */
  static byte[] lastFrame(JsonNode game) throws IOException {
    JsonNode frames = game.get("frames");
    String png = frames.get(frames.size() - 1).get("png").asText();
    return pixels(Base64.getDecoder().decode(png));
  }

  static byte[] pixels(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    for (int i = 0; i < rgb.length; i++) {
      int at = i / 3;
      int colour = image.getRGB(at % image.getWidth(), at / image.getWidth());
      rgb[i] = (byte) (colour >> 8 * (2 - i % 3));
    }
    return rgb;
  }

  @Override
  public void close() {
    http.close();
  }
}
