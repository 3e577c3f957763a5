package io.github.quest4j.server.config;

import java.nio.file.Path;

/**
 * Where a server's certificate is.
 *
 * @param certificate a PEM file, the chain of certificates
 * @param key a PEM file, its private key in PKCS#8
 */
public record TlsFiles(Path certificate, Path key) {}
