package dev.polecat.core.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PlatformTest {

  @Test
  void javasNamesBecomeTheNamesOfTheReleases() {
    assertThat(Platform.of("Linux", "amd64").archiveName()).isEqualTo("dolt-linux-amd64.tar.gz");
    assertThat(Platform.of("Mac OS X", "aarch64").archiveName())
        .isEqualTo("dolt-darwin-arm64.tar.gz");
    assertThat(Platform.of("Windows 11", "x86_64").archiveName())
        .isEqualTo("dolt-windows-amd64.zip");
    assertThat(Platform.of("Windows 11", "amd64").executable("dolt")).isEqualTo("dolt.exe");
    assertThat(Platform.of("FreeBSD", "riscv64")).hasToString("freebsd-riscv64");
  }

  @Test
  void versionsAreOrderedByNumberNotByText() {
    assertThat(VersionNumber.of("1.9.0")).isLessThan(VersionNumber.of("1.86.2"));
    assertThat(VersionNumber.of("2.0.0")).isGreaterThan(VersionNumber.of("1.99.99"));
    assertThat(VersionNumber.of("1.27")).isEqualTo(VersionNumber.of("1.27.0"));
    assertThat(VersionNumber.find("go", "go version go1.27rc1 linux"))
        .contains(VersionNumber.of("1.27.0"));
    assertThatIllegalArgumentException().isThrownBy(() -> VersionNumber.of("latest"));
  }
}
