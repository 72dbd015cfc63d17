"""Hosts a world of a scenario on ROS 2, as the simulator, and a policy of the scenario that drives it."""

from pathlib import Path

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration, PythonExpression
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

SIMGATE = Path(__file__).resolve().parent.parent  # a clone, or share/simgate


def argument(name, default, description):
    return DeclareLaunchArgument(name, default_value=default, description=description)


def text(*substitutions):
    """A parameter that stays what is written: #3 is no YAML comment, and nothing is not null."""
    return ParameterValue(list(substitutions), value_type=str)


def generate_launch_description():
    given = LaunchConfiguration
    bridge = [str(SIMGATE / "dist/cli/main.js"), "bridge"]
    return LaunchDescription(
        [
            argument("scenario", "cartpole", "a bundled scenario, or the path of a manifest"),
            argument("world", "", "a world of the scenario; nothing: its truth"),
            argument("policy", "lqr", "a policy of the scenario; nothing: whoever else commands"),
            argument("start", "next", "where episodes begin: #n of the panel, next, or key=value,…"),
            argument("at_end", "reset", "at the end of an episode: pause, reset or continue"),
            argument("sync", "lockstep", "lockstep, or free-running at real time"),
            argument("play", "true", "play at once, or wait for set_simulation_state"),
            argument("name", "simgate", "of the node that hosts the world"),
            Node(
                executable="node",
                arguments=[*bridge, str(SIMGATE / "configs/replace.yaml")],
                name=given("name"),
                output="both",
                parameters=[
                    {
                        "scenario": text(given("scenario")),
                        "world": text(given("world")),
                        "start": text(given("start")),
                        "atEnd": text(given("at_end")),
                        "sync.mode": text(given("sync")),
                        "play": ParameterValue(given("play"), value_type=bool),
                    }
                ],
            ),
            Node(
                executable="node",
                arguments=[*bridge, str(SIMGATE / "configs/policy.yaml")],
                name="policy",
                output="both",
                parameters=[
                    {
                        "scenario": text(given("scenario")),
                        "policy": text(given("policy")),
                        "epoch": text("/", given("name"), "/epoch"),
                    }
                ],
                condition=IfCondition(PythonExpression(["'", given("policy"), "' != ''"])),
            ),
        ]
    )
