package dev.polecat.core.internal.binary;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinarySearch;
import dev.polecat.core.DoltBinarySearchBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** Fetches the official archive of the pinned version and checks its digest if one is known. */
final class ReleaseDownload {
  private static final Set<String> PLATFORMS =
      Set.of("linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64");
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MAX_REDIRECTS = 5;

  private final DoltBinarySearch search;
  private final Platform platform;
  private final HttpClient client;

  ReleaseDownload(DoltBinarySearch search, Platform platform) {
    this.search = search;
    this.platform = platform;
    // redirects are followed here, where each address is checked
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(search.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  static URI address(DoltBinarySearch search, Platform platform) {
    return search
        .releases()
        .resolve("v" + DoltBinary.PINNED_VERSION + "/" + platform.archiveName());
  }

  /** Fetches the archive into a directory. */
  Path fetchInto(Path directory) throws IOException, InterruptedException {
    if (!PLATFORMS.contains(platform.toString())) {
      throw new IOException("there is no release for " + platform);
    }
    URI address = address(search, platform);
    search.progress().accept("Downloading dolt from " + address);
    Path archive = directory.resolve(platform.archiveName());
    MessageDigest digest = sha256();
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      boolean lowered = isHttps(search.releases()) && !isHttps(address);
      if (lowered || !DoltBinarySearchBuilder.mayDownloadFrom(address)) {
        throw new IOException("was sent on to an address that is not https: " + address);
      }
      HttpResponse<Void> response;
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(archive), digest)) {
        response = new Transfer(out, search.stallTimeout(), search.progress()).get(client, address);
      }
      if (response.statusCode() == 200) {
        requireExpected(HexFormat.of().formatHex(digest.digest()));
        return archive;
      }
      address = next(address, response);
    }
    throw new IOException("was sent on more than " + MAX_REDIRECTS + " times, last to " + address);
  }

  private static boolean isHttps(URI address) {
    return "https".equalsIgnoreCase(address.getScheme());
  }

  private static URI next(URI address, HttpResponse<Void> response) throws IOException {
    String location = response.headers().firstValue("Location").orElse("");
    if (!REDIRECTS.contains(response.statusCode()) || location.isEmpty()) {
      throw new IOException("the server answered HTTP " + response.statusCode());
    }
    try {
      return address.resolve(location);
    } catch (IllegalArgumentException malformed) {
      throw new IOException("was sent on to something that is no address: " + location, malformed);
    }
  }

  private void requireExpected(String actual) throws IOException {
    String expected = search.archiveSha256().orElse(actual);
    if (!expected.equals(actual)) {
      throw new IOException("the archive's SHA-256 is " + actual + ", expected was " + expected);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256", e);
    }
  }
}
