package dev.simoom.models.play;

import com.sun.net.httpserver.HttpServer;
import dev.simoom.models.run.RunException;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves the page on which people play a world.
 *
 * <p>It answers only what its own page asks, keeps few games, computes one step at a time and stays
 * up whatever it is sent.
 */
public final class PlayServer implements AutoCloseable {
  /** The address that only programs on this machine reach. */
  public static final String LOOPBACK = "127.0.0.1";

  private final HttpServer server;
  private final ExecutorService requests;
  private final WorldThread thread;
  private final PlayApi api;

  private PlayServer(HttpServer server, ExecutorService requests, WorldThread thread, PlayApi api) {
    this.server = server;
    this.requests = requests;
    this.thread = thread;
    this.api = api;
  }

  /**
   * Serves a world until closed.
   *
   * @param world the world; its own closing is the caller's business, after the server's
   * @param pictures reads what players upload
   * @param gifs saves games
   * @param host the name or address to listen on: {@link #LOOPBACK}, or one that others reach
   * @param port the port, or 0 for any that is free
   * @throws RunException if the address cannot be had, with what to do about it
   * @throws IOException if no socket can be made at all
   */
  public static PlayServer start(
      PlayableWorld world, PictureReader pictures, GifSaver gifs, String host, int port)
      throws IOException {
    HttpServer server = bound(host, port);
    ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    WorldThread thread = new WorldThread();
    PlayApi api = new PlayApi(world, pictures, gifs, thread);
    SameOrigin origin = new SameOrigin(host);
    server.createContext("/", new PlayHandler(origin, PageFiles.load(), api.routes()));
    server.setExecutor(requests);
    server.start();
    return new PlayServer(server, requests, thread, api);
  }

  private static HttpServer bound(String host, int port) throws IOException {
    String place = "port " + port + " of " + host;
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), 0);
    } catch (UnknownHostException e) {
      throw new RunException("the host " + host + " is not known");
    } catch (BindException e) {
      boolean taken = String.valueOf(e.getMessage()).contains("in use");
      throw new RunException(
          taken
              ? place + " is in use by another program; choose another port"
              : place + " cannot be used: " + e.getMessage());
    } catch (SocketException e) {
      throw new RunException(place + " cannot be used: " + e.getMessage());
    }
  }

  /** Where the page is. */
  public URI address() {
    InetAddress bound = server.getAddress().getAddress();
    String host = bound.isAnyLocalAddress() ? "localhost" : bound.getHostAddress();
    String written =
        bound instanceof Inet6Address && !host.equals("localhost") ? "[" + host + "]" : host;
    return URI.create("http://" + written + ":" + server.getAddress().getPort() + "/");
  }

  /** Stops serving and closes all games, once a step in progress is done. */
  @Override
  public void close() {
    server.stop(0);
    requests.shutdownNow();
    thread.end(api::closeGames);
  }
}
