"""Hosts a world of a scenario on ROS 2, as the simulator, and a policy of the scenario that drives it."""

from pathlib import Path

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration, PythonExpression
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

SIMGATE = Path(__file__).resolve().parent.parent  # a clone, or share/simgate

ARGUMENTS = [
    DeclareLaunchArgument("scenario", default_value="cartpole", description="a bundled scenario, or the path of a manifest"),
    DeclareLaunchArgument("world", default_value="", description="a world of the scenario; nothing: its truth"),
    DeclareLaunchArgument("policy", default_value="lqr", description="a policy of the scenario; nothing: whoever commands"),
    DeclareLaunchArgument("start", default_value="next", description="#n of the panel, next, or key=value,…"),
    DeclareLaunchArgument("at_end", default_value="reset", description="at the end of an episode: pause, reset or continue"),
    DeclareLaunchArgument("sync", default_value="lockstep", description="lockstep or free-running"),
    DeclareLaunchArgument("namespace", default_value="/", description="of the nodes"),
]


def text(argument):
    """The value of a launch argument as it stands: #3 is no YAML comment, nothing no null."""
    return ParameterValue(LaunchConfiguration(argument), value_type=str)


def bridge(name, config, **options):
    return Node(
        executable="node",
        arguments=[str(SIMGATE / "dist/cli/main.js"), "bridge", str(SIMGATE / "configs" / config)],
        name=name,
        namespace=LaunchConfiguration("namespace"),
        output="both",
        **options,
    )


def generate_launch_description():
    return LaunchDescription(
        [
            *ARGUMENTS,
            bridge(
                "simgate",
                "replace.yaml",
                parameters=[
                    {
                        "scenario": text("scenario"),
                        "world": text("world"),
                        "start": text("start"),
                        "atEnd": text("at_end"),
                        "sync.mode": text("sync"),
                    }
                ],
            ),
            bridge(
                "policy",
                "policy.yaml",
                parameters=[{"scenario": text("scenario"), "policy": text("policy")}],
                condition=IfCondition(PythonExpression(["'", LaunchConfiguration("policy"), "' != ''"])),
            ),
        ]
    )
