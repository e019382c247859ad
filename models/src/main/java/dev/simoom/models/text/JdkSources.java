package dev.simoom.models.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The Java sources in the src.zip of a JDK: those of java.base, and where these are fewer bytes
 * than wanted, those of further modules in order of name. Generated tables, of which less than half
 * is letters, are left out.
 */
final class JdkSources implements Documents {
  private static final String FIRST_MODULE = "java.base/";

  private final ZipFile zip;
  private final List<ZipEntry> entries;
  private final String origin;

  private JdkSources(ZipFile zip, List<ZipEntry> entries, String origin) {
    this.zip = zip;
    this.entries = entries;
    this.origin = origin;
  }

  /** The sources in a src.zip, from as many modules as give at least {@code wanted} bytes. */
  static JdkSources open(Path sourceZip, long wanted) throws IOException {
    ZipFile zip = new ZipFile(sourceZip.toFile());
    Comparator<ZipEntry> firstModuleFirst =
        Comparator.comparing(entry -> !entry.getName().startsWith(FIRST_MODULE));
    List<ZipEntry> sorted =
        zip.stream()
            .map(ZipEntry.class::cast)
            .filter(entry -> entry.getName().endsWith(".java"))
            .sorted(firstModuleFirst.thenComparing(ZipEntry::getName))
            .toList();
    List<ZipEntry> chosen = new ArrayList<>();
    Set<String> modules = new LinkedHashSet<>();
    long bytes = 0;
    for (ZipEntry entry : sorted) {
      String module = entry.getName().substring(0, Math.max(0, entry.getName().indexOf('/')));
      if (bytes >= wanted && !modules.contains(module)) {
        break;
      }
      modules.add(module);
      chosen.add(entry);
      bytes += entry.getSize();
    }
    return new JdkSources(zip, chosen, sourceZip + " (" + String.join(", ", modules) + ")");
  }

  /**
   * The first src.zip there is: of the running JDK, of JAVA_HOME, then of the JDKs in the usual
   * folders, newest first.
   */
  static Optional<Path> find() {
    List<Path> homes = new ArrayList<>();
    homes.add(Path.of(System.getProperty("java.home")));
    String javaHome = System.getenv("JAVA_HOME");
    if (javaHome != null && !javaHome.isBlank()) {
      homes.add(Path.of(javaHome));
    }
    homes.addAll(installed(usualFolders()));
    return homes.stream()
        .flatMap(home -> Stream.of(home.resolve("lib/src.zip"), home.resolve("src.zip")))
        .filter(Files::isReadable)
        .findFirst();
  }

  private static List<Path> usualFolders() {
    Path home = Path.of(System.getProperty("user.home"));
    List<Path> folders = new ArrayList<>();
    folders.add(Path.of("/usr/lib/jvm"));
    folders.add(home.resolve(".sdkman/candidates/java"));
    folders.add(home.resolve(".jdks"));
    folders.add(Path.of("/Library/Java/JavaVirtualMachines"));
    String programs = System.getenv("ProgramFiles");
    if (programs != null) {
      for (String vendor : List.of("Java", "Eclipse Adoptium", "Microsoft", "Zulu")) {
        folders.add(Path.of(programs, vendor));
      }
    }
    return folders;
  }

  /** The JDK homes right below some folders, newest version first. */
  static List<Path> installed(List<Path> folders) {
    List<Path> homes = new ArrayList<>();
    for (Path folder : folders) {
      try (Stream<Path> entries = Files.list(folder)) {
        entries.sorted().map(JdkSources::homeIn).filter(Files::isDirectory).forEach(homes::add);
      } catch (IOException e) {
        continue;
      }
    }
    homes.sort(Comparator.comparingInt(JdkSources::featureVersion).reversed());
    return homes;
  }

  private static Path homeIn(Path installation) {
    Path bundled = installation.resolve("Contents/Home");
    return Files.isDirectory(bundled) ? bundled : installation;
  }

  private static int featureVersion(Path home) {
    Properties release = new Properties();
    try (InputStream in = Files.newInputStream(home.resolve("release"))) {
      release.load(in);
      String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
      return Runtime.Version.parse(version).feature();
    } catch (IOException | IllegalArgumentException e) {
      return 0;
    }
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public byte[] read(int index, int limit) throws IOException {
    try (InputStream in = zip.getInputStream(entries.get(index))) {
      return in.readNBytes(limit);
    }
  }

  @Override
  public boolean accepts(byte[] document) {
    int letters = 0;
    int visible = 0;
    for (byte b : document) {
      letters += b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' ? 1 : 0;
      visible += b > ' ' || b < 0 ? 1 : 0;
    }
    return letters * 2 >= visible;
  }

  @Override
  public String origin() {
    return origin;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
