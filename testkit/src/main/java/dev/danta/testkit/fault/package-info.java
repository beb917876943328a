/**
 * Real processes and a network that can be broken, for tests and campaigns.
 *
 * <ul>
 *   <li>{@link dev.danta.testkit.fault.FaultNetwork} passes TCP connections on, and holds back, delays or resets them: a proxy
 *       on loopback with one thread. {@code SocketOwners} finds out which process a connection comes from.
 *   <li>{@link dev.danta.testkit.fault.NodeProcesses} starts nodes behind it, kills, pauses and wipes them, and ends whatever
 *       it has started.
 * </ul>
 *
 * <p>Words: a <em>door</em> is an address at which the network takes connections for somebody; a <em>party</em> is whoever
 * connects or is connected to, by name. A <em>cut</em> holds back what goes from one party to another, as a network does that
 * loses packets which TCP sends again: nothing is lost within a connection, and when the cut is healed it goes on, unless
 * somebody has given it up.
 */
@NullMarked
package dev.danta.testkit.fault;

import org.jspecify.annotations.NullMarked;
