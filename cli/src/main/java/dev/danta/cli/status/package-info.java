/**
 * What {@code danta cluster status} shows. A {@link dev.danta.cli.status.Survey} asks all nodes at once, an {@link
 * dev.danta.cli.status.Overview} is what they say together, a {@link dev.danta.cli.status.Screen} prints it for people, {@link
 * dev.danta.cli.status.StatusJson} for programs.
 */
@NullMarked
package dev.danta.cli.status;

import org.jspecify.annotations.NullMarked;
