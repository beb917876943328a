/**
 * How a client behaves when nobody answers: how long each of its calls takes in each of the ways in which a cluster can be
 * away, and what it costs to go on calling one that is.
 */
@NullMarked
package dev.danta.cli.deadline;

import org.jspecify.annotations.NullMarked;
