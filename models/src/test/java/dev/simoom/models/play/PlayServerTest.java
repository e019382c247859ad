package dev.simoom.models.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.simoom.models.run.RunException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlayServerTest {
  private static final int RIGHT = FakeWorld.ACTIONS.indexOf("runs right");
  private static final int JUMP = FakeWorld.ACTIONS.indexOf("jumps");

  private final FakeWorld world = new FakeWorld();
  private PlayServer server;
  private Client client;

  @BeforeEach
  void start() throws IOException {
    server = PlayDemo.start(world, 0);
    client = Client.of(server);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    assertThat(world.alive).as("games left open").hasValue(0);
  }

  @Test
  void theWorldIsDescribedAndItsStartsAreShown() throws Exception {
    JsonNode description = Client.json(client.get("/api/world"));

    assertThat(description.get("height").asInt()).isEqualTo(world.height());
    assertThat(description.get("width").asInt()).isEqualTo(world.width());
    assertThat(description.findValuesAsText("actions")).hasSize(1);
    assertThat(description.get("actions").get(RIGHT).asText()).isEqualTo("runs right");
    assertThat(description.get("starts").asInt()).isEqualTo(9);
    assertThat(Client.pixels(client.get("/api/starts/4.png").body()))
        .isEqualTo(world.startFrame(4));
  }

  @Test
  void aGameIsTheWorldsGame() throws Exception {
    PlayableWorld.Game expected = world.start(world.startFrame(2));

    JsonNode begun = client.start(2);
    String game = begun.get("game").asText();
    assertThat(Client.lastFrame(begun)).isEqualTo(world.startFrame(2));
    for (int action : new int[] {RIGHT, JUMP, RIGHT, RIGHT}) {
      JsonNode state = client.step(game, action);
      expected.step(action);
      assertThat(Client.lastFrame(state)).isEqualTo(expected.frames().getLast());
      assertThat(state.get("length").asInt()).isEqualTo(expected.frames().size());
      assertThat(state.get("frames")).hasSize(1);
      assertThat(state.get("frames").get(0).get("action").asInt()).isEqualTo(action);
    }
    JsonNode shown = Client.json(client.get("/api/games/" + game));
    assertThat(shown.get("frames").findValues("action").stream().map(JsonNode::asText))
        .containsExactly("null", "2", "3", "2", "2");
    expected.close();
    assertThat(world.threads).contains("play-world").hasSize(2);
  }

  @Test
  void undoAndRestartGoBack() throws Exception {
    JsonNode begun = client.start(0);
    String game = begun.get("game").asText();
    JsonNode first = client.step(game, RIGHT);
    client.step(game, JUMP);
    client.step(game, JUMP);

    JsonNode undone = client.undo(game, 2);
    assertThat(undone.get("length").asInt()).isEqualTo(2);
    assertThat(undone.get("frames")).hasSize(2);
    assertThat(Client.lastFrame(undone)).isEqualTo(Client.lastFrame(first));
    JsonNode restarted = client.undo(game, 1);
    assertThat(Client.lastFrame(restarted)).isEqualTo(Client.lastFrame(begun));
    assertThat(Client.lastFrame(client.step(game, RIGHT))).isEqualTo(Client.lastFrame(first));
    assertRefused(
        client.post("/api/games/" + game + "/undo", "{\"steps\":2}"), 409, "1 steps to undo");
    assertRefused(client.post("/api/games/" + game + "/undo", "{\"steps\":-1}"), 409, "not -1");
  }

  @Test
  void aPictureStartsAGame() throws Exception {
    byte[] frame = world.startFrame(7);
    byte[] png = new FrameImages(world.height(), world.width()).png(frame);

    JsonNode begun = Client.json(client.send("POST", "/api/games", png));

    assertThat(Client.lastFrame(begun)).isEqualTo(frame);
    assertRefused(
        client.send("POST", "/api/games", "hello".getBytes(StandardCharsets.UTF_8)),
        400,
        "That is no picture");
  }

  @Test
  void uploadsAreBounded() throws Exception {
    byte[] most = new byte[PlayApi.MAX_UPLOAD];
    assertRefused(client.send("POST", "/api/games", most), 400, "no picture");
    byte[] more = new byte[PlayApi.MAX_UPLOAD + 1];
    assertRefused(client.send("POST", "/api/games", more), 413, "more than the 8 MiB");
  }

  @Test
  void picturesAreBoundedInPixels() throws Exception {
    PictureReader reader =
        (_, most, height, width) -> {
          throw new IOException("more than " + most + " pixels for " + width + "x" + height);
        };
    try (PlayServer strict = start(reader, PlayServer.LOOPBACK);
        Client other = Client.of(strict)) {
      assertRefused(
          other.send("POST", "/api/games", new byte[5]), 400, "than 20000000 pixels for 64x48");
    }
  }

  @Test
  void aGameIsSavedAsGif() throws Exception {
    String game = client.start(0).get("game").asText();
    client.step(game, RIGHT);

    HttpResponse<byte[]> file = client.get("/api/games/" + game + "/gif");

    assertThat(Client.text(file)).isEqualTo("GIF89a 64x48, 2 frames");
    assertThat(file.headers().firstValue("Content-Type")).hasValue("image/gif");
    assertThat(file.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"simoom-game.gif\"");
  }

  @Test
  void onlyTheGamesPlayedLastAreKept() throws Exception {
    String first = client.start(0).get("game").asText();
    String second = client.start(1).get("game").asText();
    for (int i = 2; i < Games.LIMIT; i++) {
      client.start(i);
    }
    client.step(first, RIGHT);
    client.start(8);

    assertThat(world.alive).hasValue(Games.LIMIT);
    assertThat(client.step(first, RIGHT).get("length").asInt()).isEqualTo(3);
    assertRefused(client.get("/api/games/" + second), 404, "no such game");
    assertThat(client.send("DELETE", "/api/games/" + first, new byte[0]).statusCode())
        .isEqualTo(204);
    assertThat(world.alive).hasValue(Games.LIMIT - 1);
    assertRefused(client.get("/api/games/" + first), 404, "no such game");
  }

  @Test
  void whatMakesNoSenseIsRefused() throws Exception {
    String path = "/api/games/" + client.start(0).get("game").asText();

    assertRefused(client.post(path + "/step", "{\"action\":6}"), 400, "no action 6 among");
    assertRefused(client.post(path + "/step", "{\"action\":1.5}"), 400, "whole number 'action'");
    assertRefused(client.post(path + "/step", "{}"), 400, "whole number 'action'");
    assertRefused(client.post(path + "/step", ""), 400, "whole number 'action'");
    assertRefused(client.post(path + "/step", "[[["), 400, "no JSON");
    assertRefused(client.post(path + "/step", "[".repeat(5_000)), 413, "more than the 4 KiB");
    assertRefused(client.post("/api/games", "{\"start\":9}"), 404, "brings 9 frames");
    assertRefused(client.get("/api/starts/9.png"), 404, "brings 9 frames");
    assertRefused(client.get("/api/games/0123456789abcdef"), 404, "no such game");
    assertRefused(client.get("/../etc/passwd"), 404, "nothing at this address");
    HttpResponse<byte[]> wrong = client.get("/api/games");
    assertRefused(wrong, 405, "answers POST only");
    assertThat(wrong.headers().firstValue("Allow")).hasValue("POST");
    assertRefused(client.post("/", ""), 405, "answers GET only");
    assertRefused(client.post(path, ""), 405, "answers DELETE, GET only");
  }

  @Test
  void aFailureOfTheWorldIsToldAndSurvived() throws Exception {
    try (PlayServer careless = start(PlayServer.LOOPBACK);
        Client other = Client.of(careless)) {
      HttpResponse<byte[]> failed = other.send("POST", "/api/games", new byte[5]);

      assertRefused(failed, 500, "The world failed: java.lang.IllegalArgumentException: not a");
      assertThat(other.start(0).get("length").asInt()).isEqualTo(1);
    }
  }

  @Test
  void otherSitesAreRefused() throws Exception {
    String own = "http://" + server.address().getAuthority();
    assertThat(client.get("/api/world", "Origin", own).statusCode()).isEqualTo(200);
    assertRefused(client.get("/api/world", "Origin", "http://evil.example"), 403, "another site");
    assertRefused(client.get("/api/world", "Origin", "null"), 403, "another site");
    assertRefused(client.get("/api/world", "Sec-Fetch-Site", "cross-site"), 403, "another site");
    String[] link = {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"};
    assertThat(client.get("/", link).statusCode()).isEqualTo(200);
    assertThat(client.send("POST", "/api/games", new byte[0], link).statusCode()).isEqualTo(403);
  }

  @Test
  void hostsOfOtherNamesAreRefused() throws Exception {
    int port = server.address().getPort();
    assertThat(statusForHost("Host: 127.0.0.1:" + port)).isEqualTo("200");
    assertThat(statusForHost("Host: LOCALHOST")).isEqualTo("200");
    assertThat(statusForHost("Host: [::1]:" + port)).isEqualTo("200");
    assertThat(statusForHost("Host: evil.example:" + port)).isEqualTo("403");
    assertThat(statusForHost("Host: 127.0.0.1.evil.example")).isEqualTo("403");
    assertThat(statusForHost("X: y")).isEqualTo("403");
    assertThat(statusForHost("Host: localhost\r\nHost: evil.example")).isEqualTo("403");
  }

  /** Over a plain socket: the JDK's client writes the host itself. */
  private String statusForHost(String header) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      String request = "GET / HTTP/1.1\r\n" + header + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return new String(answer, StandardCharsets.US_ASCII).substring("HTTP/1.1 ".length());
    }
  }

  @Test
  void onlyThisMachineIsServed() {
    assertThat(server.address().getHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void aPortInUseIsToldInALine() {
    int port = server.address().getPort();
    assertThatThrownBy(() -> PlayDemo.start(new FakeWorld(), port))
        .isInstanceOf(RunException.class)
        .hasMessage("port %d of 127.0.0.1 is in use by another program; choose another port", port);
    assertThatThrownBy(() -> start("[::"))
        .isInstanceOf(RunException.class)
        .hasMessage("the host [:: is not known");
    assertThatThrownBy(() -> start("192.0.2.1"))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith("port 0 of 192.0.2.1 cannot be used: ");
  }

  /** Takes any bytes for a frame. */
  private static PlayServer start(String host) throws IOException {
    return start((file, _, _, _) -> file, host);
  }

  private static PlayServer start(PictureReader reader, String host) throws IOException {
    return PlayServer.start(new FakeWorld(), reader, (_, _, _, _, _) -> {}, host, 0);
  }

  private static void assertRefused(HttpResponse<byte[]> response, int status, String part) {
    assertThat(Client.text(response)).contains(part).hasLineCount(1);
    assertThat(response.statusCode()).isEqualTo(status);
  }
}
