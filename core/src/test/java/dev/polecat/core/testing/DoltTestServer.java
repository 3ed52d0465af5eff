package dev.polecat.core.testing;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the server of {@link TestServers}, and stops it when the test run ends.
 *
 * <pre>{@code
 * @ExtendWith(DoltTestServer.class)
 * class SomeTest {
 *   @Test
 *   void something(DoltDatabase database) { ... }
 * }
 * }</pre>
 *
 * <p>A parameter of type {@link DoltDatabase} is a new, empty database each time one is asked for;
 * one of type {@link DoltServer} is the shared server. Constructors and life-cycle methods may take
 * them too.
 */
public final class DoltTestServer implements BeforeAllCallback, ParameterResolver {
  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(Namespace.create(DoltTestServer.class))
        .put("stop", (AutoCloseable) TestServers::close);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == DoltDatabase.class || type == DoltServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == DoltServer.class
        ? TestServers.server()
        : TestServers.freshDatabase();
  }
}
